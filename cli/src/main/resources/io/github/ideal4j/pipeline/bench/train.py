"""Training steps in PyTorch eager: the same modules, batch, losses and optimizer as ours.

train.py MODEL CONFIG.json THREADS WARMUP STEPS prints {"parameters": N, "seconds": [...],
"processor": [...]}, the time and the processor's time of each step after the warm-up. MODEL is tokenizer or prior; the configuration is ours, as JSON. A
tokenizer has linear fusion, a codebook of averages, a shuffling pixel decoder and LPIPS on
SqueezeNet (of random weights); a prior is LlamaGen's GPT.
"""
import json
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn


class Layer(nn.Module):
    """A pre-norm transformer layer."""

    def __init__(self, width, heads, mlp, dropout):
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, mlp), nn.Linear(mlp, width)

    def forward(self, x):
        b, n, c = x.shape
        qkv = self.qkv(self.norm1(x)).reshape(b, n, 3, self.heads, c // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v)
        mixed = self.out(mixed.transpose(1, 2).reshape(b, n, c))
        x = x + F.dropout(mixed, self.dropout, self.training)
        h = F.dropout(F.gelu(self.up(self.norm2(x))), self.dropout, self.training)
        return x + F.dropout(self.down(h), self.dropout, self.training)


class Residual(nn.Module):
    def __init__(self, channels, groups):
        super().__init__()
        self.norm1, self.norm2 = nn.GroupNorm(groups, channels), nn.GroupNorm(groups, channels)
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x):
        h = self.conv1(F.silu(self.norm1(x)))
        return x + self.conv2(F.silu(self.norm2(h)))


class Tokenizer(nn.Module):
    def __init__(self, model):
        super().__init__()
        width, features, pixels = model["width"], model["features"], model["pixels"]
        codebook = model["codebook"]
        self.grid, self.width = model["grid"], width
        self.fuse = nn.Linear(2 * width, width)
        self.down = nn.Linear(width, codebook["dim"])
        self.up = nn.Linear(codebook["dim"], width)
        self.positions = nn.Parameter(torch.randn(1, self.grid**2, width) * width**-0.5)
        self.norm = nn.LayerNorm(width)
        self.layers = nn.ModuleList(
            Layer(width, features["heads"], features["mlp"], features["dropout"])
            for _ in range(features["layers"])
        )
        self.deep, self.shallow = nn.Linear(width, width), nn.Linear(width, width)
        self.levels = nn.ModuleList()
        before = width
        for channels in pixels["channels"]:
            blocks = [Residual(channels, pixels["groups"]) for _ in range(pixels["residualBlocks"])]
            self.levels.append(
                nn.Sequential(nn.Conv2d(before, channels, 3, padding=1), *blocks)
            )
            before = channels
        self.factor = model["imageSize"] // (self.grid << (len(pixels["channels"]) - 1))
        self.last_norm = nn.GroupNorm(pixels["groups"], before)
        self.last = nn.Conv2d(before, 3 * self.factor**2, 3, padding=1)
        self.register_buffer("mean", torch.zeros(2, width))
        self.register_buffer("deviation", torch.ones(2, width))
        table = F.normalize(torch.randn(codebook["size"], codebook["dim"]), dim=1)
        self.register_buffer("codebook", table)
        self.register_buffer("sums", table.clone())
        self.register_buffer("counts", torch.ones(codebook["size"]))

    def project(self, shallow, deep):
        shallow = (shallow - self.mean[0]) / self.deviation[0]
        deep = (deep - self.mean[1]) / self.deviation[1]
        return self.down(self.fuse(torch.cat([deep, shallow], 2))).flatten(0, 1)

    def forward(self, shallow, deep):
        unit = F.normalize(self.project(shallow, deep).float(), dim=1)
        table = F.normalize(self.codebook, dim=1)
        with torch.autocast(unit.device.type, enabled=False):
            indices = (unit.detach() @ table.T).argmax(1)
        chosen = F.embedding(indices, table)
        codes = unit + (chosen - unit).detach()
        x = self.norm(self.up(codes).reshape(shallow.shape) + self.positions)
        for layer in self.layers:
            x = layer(x)
        own_deep, own_shallow = self.deep(x), self.shallow(x)
        image = own_deep.transpose(1, 2).reshape(-1, self.width, self.grid, self.grid)
        for i, level in enumerate(self.levels):
            image = level(image if i == 0 else F.interpolate(image, scale_factor=2))
        image = F.pixel_shuffle(self.last(F.silu(self.last_norm(image))), self.factor)
        own_shallow = own_shallow * self.deviation[0] + self.mean[0]
        own_deep = own_deep * self.deviation[1] + self.mean[1]
        return image, own_shallow, own_deep, unit, chosen, indices

    @torch.no_grad()
    def track(self, unit, indices, decay):
        ones = torch.ones(len(indices), device=indices.device)
        counts = torch.zeros_like(self.counts).index_add(0, indices, ones)
        sums = torch.zeros_like(self.sums).index_add(0, indices, unit)
        self.counts.lerp_(counts, 1 - decay)
        self.sums.lerp_(sums, 1 - decay)
        self.codebook.copy_(F.normalize(self.sums + 1e-6 * self.codebook, dim=1))

    @torch.no_grad()
    def restart(self, vectors, below):
        unit = F.normalize(vectors, dim=1)
        fresh = unit[upload(torch.randint(len(unit), (len(self.counts),)), unit.device)]
        mean = self.counts.mean()
        dead = self.counts < below * mean
        self.codebook.copy_(torch.where(dead[:, None], fresh, self.codebook))
        self.sums.copy_(torch.where(dead[:, None], fresh * mean, self.sums))
        self.counts.copy_(torch.where(dead, mean, self.counts))


class Fire(nn.Module):
    def __init__(self, width, squeeze, expand):
        super().__init__()
        self.squeeze = nn.Conv2d(width, squeeze, 1)
        self.narrow = nn.Conv2d(squeeze, expand, 1)
        self.wide = nn.Conv2d(squeeze, expand, 3, padding=1)

    def forward(self, x):
        x = self.squeeze(x).relu()
        return torch.cat([self.narrow(x).relu(), self.wide(x).relu()], 1)


class Lpips(nn.Module):
    """LPIPS 0.1 on SqueezeNet 1.1, for training: the fixed side has no gradients."""

    FIRES = [(64, 16, 64), (128, 16, 64), (128, 32, 128), (256, 32, 128)]
    FIRES += [(256, 48, 192), (384, 48, 192), (384, 64, 256), (512, 64, 256)]

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 64, 3, 2)
        self.fires = nn.ModuleList(Fire(*sizes) for sizes in self.FIRES)
        channels = [64, 128, 256, 384, 384, 512, 512]
        self.weights = nn.ParameterList(torch.rand(1, c, 1, 1) for c in channels)
        self.register_buffer("shift", torch.tensor([-0.030, -0.088, -0.188]).view(1, 3, 1, 1))
        self.register_buffer("scale", torch.tensor([0.458, 0.448, 0.450]).view(1, 3, 1, 1))
        self.requires_grad_(False)

    def taps(self, x):
        x = self.stem((x - self.shift) / self.scale).relu()
        taps = [x]
        for i, fire in enumerate(self.fires):
            if i in (0, 2, 4):
                x = F.max_pool2d(x, 3, 2, ceil_mode=True)
            x = fire(x)
            if i in (1, 3, 4, 5, 6, 7):
                taps.append(x)
        return taps

    def forward(self, moving, fixed):
        with torch.no_grad():
            wanted = [tap / (tap.square().sum(1, True).sqrt() + 1e-10) for tap in self.taps(fixed)]
        total = 0
        for p, q, weight in zip(self.taps(moving), wanted, self.weights):
            norm = (p.square().sum(1, True) + 1e-12).sqrt()
            total = total + F.conv2d((p / norm - q).square(), weight).mean()
        return total


def upload(x, device):
    """To a device as one feeds it: through pinned memory, without waiting."""
    return x if device.type == "cpu" else x.pin_memory().to(device, non_blocking=True)


class TokenizerStep:
    def __init__(self, config, device):
        self.config, self.device, model = config, device, config["model"]
        self.model, self.lpips = Tokenizer(model).to(device), Lpips().to(device)
        images, tokens, size = 64, model["grid"] ** 2, model["imageSize"]
        self.shallow = torch.randn(images, tokens, model["width"]).half()
        self.deep = torch.randn(images, tokens, model["width"]).half()
        self.pixels = torch.randint(256, (images, size, size, 3), dtype=torch.uint8)
        self.step = 0

    def loss(self):
        loss, batch = self.config["loss"], self.config["training"]["batch"]
        rows = torch.randint(len(self.pixels), (batch,))
        features = [upload(table[rows], self.device) for table in (self.shallow, self.deep)]
        self.last = shallow, deep = [level.float() for level in features]
        images = upload(self.pixels[rows], self.device).float().permute(0, 3, 1, 2) / 127.5 - 1
        made, own_shallow, own_deep, unit, chosen, indices = self.model(shallow, deep)
        self.tracked = unit.detach(), indices
        parts = [loss["pixels"] * F.mse_loss(made, images)]
        commitment = self.config["model"]["codebook"]["commitment"]
        parts.append(commitment * F.mse_loss(unit, chosen.detach()))
        for own, target in ((own_deep, deep), (own_shallow, shallow)):
            parts.append(F.mse_loss(own, target))
            parts.append(1 - F.cosine_similarity(own, target, dim=2).mean())
        count, crop = -(-batch * loss["lpipsShare"] // 1), loss["lpipsCrop"]
        top, left = torch.randint(images.shape[2] - crop + 1, (2,)).tolist()
        part = (slice(int(count)), slice(None), slice(top, top + crop), slice(left, left + crop))
        with torch.autocast(self.device.type, enabled=False):
            parts.append(loss["lpips"] * self.lpips(made[part].float(), images[part]))
        return sum(parts)

    def after(self):
        codebook = self.config["model"]["codebook"]
        self.model.track(*self.tracked, codebook["decay"])
        every = codebook["restartEvery"]
        self.step += 1
        if every and self.step % every == 0:
            with torch.no_grad():
                vectors = self.model.project(*self.last)
            self.model.restart(vectors, codebook["restartBelow"])


class GptLayer(nn.Module):
    def __init__(self, dim, heads, hidden, epsilon, dropout):
        super().__init__()
        self.heads, self.dropout = heads, dropout
        self.norm1, self.norm2 = RmsNorm(dim, epsilon), RmsNorm(dim, epsilon)
        self.qkv, self.out = nn.Linear(dim, 3 * dim, False), nn.Linear(dim, dim, False)
        self.w1, self.w3 = nn.Linear(dim, hidden, False), nn.Linear(dim, hidden, False)
        self.w2 = nn.Linear(hidden, dim, False)

    def forward(self, x, turn):
        b, n, c = x.shape
        qkv = self.qkv(self.norm1(x)).view(b, n, 3, self.heads, c // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(rotate(q, turn), rotate(k, turn), v, is_causal=True)
        mixed = self.out(mixed.transpose(1, 2).reshape(b, n, c))
        x = x + F.dropout(mixed, self.dropout, self.training)
        h = self.norm2(x)
        h = self.w2(F.silu(self.w1(h)) * self.w3(h))
        return x + F.dropout(h, self.dropout, self.training)


class RmsNorm(nn.Module):
    def __init__(self, dim, epsilon):
        super().__init__()
        self.weight, self.epsilon = nn.Parameter(torch.ones(dim)), epsilon

    def forward(self, x):
        return x * torch.rsqrt(x.square().mean(-1, True) + self.epsilon) * self.weight


def rotate(x, turn):
    pairs = torch.view_as_complex(x.float().unflatten(-1, (-1, 2)))
    return torch.view_as_real(pairs * turn).flatten(-2)


class Gpt(nn.Module):
    def __init__(self, config):
        super().__init__()
        model, data = config["model"], config["data"]
        dim, heads, codes = model["dim"], model["heads"], data["codebookSize"]
        multiple = model["hiddenMultiple"]
        hidden = (8 * dim // 3 + multiple - 1) // multiple * multiple
        self.dropout = config["dropout"]
        self.tokens = nn.Embedding(codes, dim)
        self.classes = nn.Embedding(data["classes"] + 1, dim)
        self.layers = nn.ModuleList(
            GptLayer(dim, heads, hidden, model["normEpsilon"], self.dropout)
            for _ in range(model["layers"])
        )
        self.norm = RmsNorm(dim, model["normEpsilon"])
        self.head = nn.Linear(dim, codes, False)
        half = dim // heads // 2
        places = torch.arange(data["rows"] * data["columns"])
        frequencies = model["ropeBase"] ** (-torch.arange(0, half, 2) / half)
        rows = torch.outer(places // data["columns"], frequencies)
        columns = torch.outer(places % data["columns"], frequencies)
        angles = torch.cat([rows, columns], 1)
        self.register_buffer("turn", torch.polar(torch.ones_like(angles), angles), persistent=False)

    def forward(self, tokens, labels):
        x = torch.cat([self.classes(labels)[:, None], self.tokens(tokens[:, :-1])], 1)
        x = F.dropout(x, self.dropout, self.training)
        for layer in self.layers:
            x = layer(x, self.turn)
        return self.head(self.norm(x))


class PriorStep:
    def __init__(self, config, device):
        self.config, self.model, data = config, Gpt(config).to(device), config["data"]
        self.device = device
        self.tokens = torch.randint(data["codebookSize"], (256, data["rows"] * data["columns"]))
        self.labels = torch.randint(data["classes"], (256,))

    def loss(self):
        rows = torch.randint(len(self.tokens), (self.config["training"]["batch"],))
        tokens, labels = self.tokens[rows], self.labels[rows].clone()
        labels[torch.rand(len(rows)) < self.config["classDrop"]] = self.config["data"]["classes"]
        tokens, labels = upload(tokens, self.device), upload(labels, self.device)
        logits = self.model(tokens, labels)
        return F.cross_entropy(logits.flatten(0, 1), tokens.flatten())

    def after(self):
        pass


def wait(device):
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def main():
    kind, file, device, precision = sys.argv[1], sys.argv[2], torch.device(sys.argv[6]), sys.argv[7]
    threads, warmup, steps = map(int, sys.argv[3:6])
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    with open(file, encoding="utf-8") as opened:
        config = json.load(opened)
    work = (TokenizerStep if kind == "tokenizer" else PriorStep)(config, device)
    settings = config["training"]["optimizer"]
    parameters = list(work.model.parameters())
    matrices = [p for p in parameters if p.dim() >= 2]
    others = [p for p in parameters if p.dim() < 2]
    optimizer = torch.optim.AdamW(
        [
            {"params": matrices, "weight_decay": settings["weightDecay"]},
            {"params": others, "weight_decay": 0.0},
        ],
        lr=settings["learningRate"],
        betas=(settings["beta1"], settings["beta2"]),
        fused=True,
    )
    floats = parameters + [b for b in work.model.buffers() if b.dtype == torch.float32]
    averages = [p.detach().clone() for p in floats]
    total, seconds, processor = torch.zeros((), device=device), [], []
    rounded = precision == "BFLOAT16"
    for step in range(warmup + steps):
        if step == warmup:
            wait(device)
        start, busy = time.perf_counter(), time.process_time()
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=rounded):
            loss = work.loss()
        loss.backward()
        total += loss.detach()
        torch.nn.utils.clip_grad_norm_(parameters, settings["clipNorm"])
        optimizer.step()
        optimizer.zero_grad()
        work.after()
        with torch.no_grad():
            torch._foreach_lerp_(averages, floats, 1 - config["training"]["emaDecay"])
        if step + 1 == warmup + steps:
            wait(device)
        if step >= warmup:
            seconds.append(time.perf_counter() - start)
            processor.append(time.process_time() - busy)
    count = sum(p.numel() for p in parameters)
    print(json.dumps({"parameters": count, "seconds": seconds, "processor": processor}))


main()
