# python make_references.py OUT: further families and sizes, as transformers computes and saves them.
import json, os, sys, torch
from safetensors.torch import save_file
import transformers as t
out = sys.argv[1]; torch.manual_seed(0)
def make(name, model, size, dtype=None, shard=None, **call):
    model = model.eval()
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(torch.randn_like(p) * (0.3 if p.dim() < 2 else 0.15))
        for n, p in model.named_parameters():
            if "norm" in n and n.endswith("weight"): p.add_(1.0)
    if dtype: model = model.to(dtype)
    d = f"{out}/{name}"; os.makedirs(d, exist_ok=True)
    model.save_pretrained(d, **({"max_shard_size": shard} if shard else {}))
    model = model.float()
    x = torch.randn(2, 3, *size)
    vision = getattr(model, "vision_model", model) if name.endswith("two-tower") else model
    with torch.no_grad(): r = vision(x, output_hidden_states=True, **call)
    ref = {"pixel_values": x, "last_hidden_state": r.last_hidden_state.contiguous().clone()}
    for i, h in enumerate(r.hidden_states): ref[f"hidden_states.{i}"] = h.contiguous().clone()
    save_file(ref, f"{d}/reference.safetensors")
    json.dump({"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225], "size": {"height": size[0], "width": size[1]}, "do_rescale": True, "rescale_factor": 1/255, "resample": 3, "image_processor_type": "BitImageProcessor"}, open(f"{d}/preprocessor_config.json", "w"))
    print(name, sorted(os.listdir(d)), (r.hidden_states[-1]-r.last_hidden_state).abs().max().item())
common = dict(hidden_size=24, num_hidden_layers=2, num_attention_heads=3, image_size=48, patch_size=16)
make("dinov2-registers-swiglu", t.Dinov2WithRegistersModel(t.Dinov2WithRegistersConfig(**{**common, "patch_size": 8}, num_register_tokens=3, use_swiglu_ffn=True, mlp_ratio=4)), (48, 48))
make("dinov2-registers-resized", t.Dinov2WithRegistersModel(t.Dinov2WithRegistersConfig(**{**common, "patch_size": 8}, num_register_tokens=3, mlp_ratio=2)), (40, 64))
make("dinov2-resized", t.Dinov2Model(t.Dinov2Config(**{**common, "patch_size": 8}, mlp_ratio=2)), (40, 64))
make("dinov3-gated-rect", t.DINOv3ViTModel(t.DINOv3ViTConfig(**common, intermediate_size=40, num_register_tokens=4, use_gated_mlp=True, hidden_act="silu", key_bias=False)), (64, 96))
make("siglip-resized", t.SiglipVisionModel(t.SiglipVisionConfig(**common, intermediate_size=40)), (80, 48), interpolate_pos_encoding=True)
make("clip-two-tower", t.CLIPModel(t.CLIPConfig(text_config=dict(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, vocab_size=32), vision_config=dict(**common, intermediate_size=40))), (48, 48))
make("clip-resized", t.CLIPVisionModel(t.CLIPVisionConfig(**common, intermediate_size=40)), (48, 80), interpolate_pos_encoding=True)
make("vit", t.ViTModel(t.ViTConfig(**common, intermediate_size=40)), (48, 48))
make("vit-resized-bf16-sharded", t.ViTModel(t.ViTConfig(**common, intermediate_size=40)), (64, 80), dtype=torch.bfloat16, shard="20KB", interpolate_pos_encoding=True)
m = t.ViTMAEModel(t.ViTMAEConfig(**common, intermediate_size=40, mask_ratio=0.0))
make("vit-mae", m, (48, 48), noise=torch.arange(9.)[None].repeat(2, 1))
