package io.github.ideal4j.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.ideal4j.backbone.VisionArchitecture.Positions;
import io.github.ideal4j.safetensors.SafetensorsFolder;
import io.github.ideal4j.torch.NamedArrays;
import io.github.ideal4j.torch.TorchOps;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * From a family's tensors to those of {@link VisionTransformer}: checks every name and shape, joins
 * query, key and value, fits positions to the grid. Each tensor is copied once into memory of the
 * engine, as float32.
 */
final class VisionWeights {

  private final SafetensorsFolder file;
  private final FamilyNames names;
  private final VisionTransformerConfig config;
  private final VisionArchitecture is;
  private final NDManager manager;
  private final String root;
  private final String block;
  private final Set<String> used = new HashSet<>();
  private BiConsumer<String, NDArray> sink;

  VisionWeights(
      SafetensorsFolder file,
      FamilyNames names,
      VisionTransformerConfig config,
      NDManager manager) {
    this.file = file;
    this.names = names;
    this.config = config;
    this.manager = manager;
    is = config.architecture();
    root = root();
    block = block();
  }

  /** Where the vision part lies. */
  private String root() {
    for (String candidate : names.roots()) {
      if (file.has(candidate + names.patch() + ".weight")) {
        return candidate;
      }
    }
    throw missing(names.roots().get(0) + names.patch() + ".weight");
  }

  private String block() {
    for (String candidate : names.blocks()) {
      if (file.has(root + candidate.formatted(0) + names.parts().get("norm1") + ".weight")) {
        return root + candidate;
      }
    }
    throw missing(
        root + names.blocks().get(0).formatted(0) + names.parts().get("norm1") + ".weight");
  }

  private IllegalArgumentException missing(String tensor) {
    return new IllegalArgumentException(
        "%s: tensor '%s' of a %s backbone is missing".formatted(file.path(), tensor, is.family()));
  }

  /**
   * Hands out every array that the blocks up to the deep layer need, and the head of timm's ViT.
   *
   * @throws IllegalArgumentException if a tensor is missing, has another shape, or belongs to
   *     nothing
   */
  void forEach(BiConsumer<String, NDArray> to) {
    sink = to;
    long width = is.width();
    String patch = root + names.patch();
    give("patch.weight", patch + ".weight", width, 3, is.patch(), is.patch());
    give("patch.bias", bias("patch", patch + ".bias", width));
    prefixAndPositions();
    if (names.normBefore() != null) {
      norm("pre_norm", root + names.normBefore());
    }
    for (int i = 0; i < config.from().deep(); i++) {
      block("blocks.%d.".formatted(i), block.formatted(i));
    }
    norm("norm", root + names.norm());
    if (file.has("head.weight")) {
      long classes = file.shape("head.weight")[0];
      give("head.weight", "head.weight", classes, width);
      give("head.bias", "head.bias", classes);
    }
    requireNothingLeft();
  }

  private void block(String to, String from) {
    long width = is.width();
    norm(to + "norm1", from + part("norm1"));
    give(to + "qkv.weight", joined(from, "weight"));
    give(to + "qkv.bias", joined(from, "bias"));
    linear(to, "proj", from, width, width);
    norm(to + "norm2", from + part("norm2"));
    if (is.layerScale()) {
      give(to + "scale1", from + part("scale1"), width);
      give(to + "scale2", from + part("scale2"), width);
    }
    long hidden = is.hidden();
    if (!is.gated()) {
      linear(to, "fc1", from, width, hidden);
      linear(to, "fc2", from, hidden, width);
      return;
    }
    if (names.parts().containsKey("gate_up")) {
      halves(to, from + part("gate_up"));
    } else {
      linear(to, "gate", from, width, hidden);
      linear(to, "up", from, width, hidden);
    }
    linear(to, "down", from, hidden, width);
  }

  private String part(String name) {
    return names.parts().get(name);
  }

  /** Gate and up projection that lie in one tensor, the gate first. */
  private void halves(String to, String from) {
    long hidden = is.hidden();
    for (String kind : List.of("weight", "bias")) {
      NDArray both =
          kind.equals("weight")
              ? read(from + ".weight", 2 * hidden, is.width())
              : read(from + ".bias", 2 * hidden);
      give(to + "gate." + kind, kept(both.get(":{}", hidden)));
      give(to + "up." + kind, kept(both.get("{}:", hidden)));
      both.close();
    }
  }

  /** Query, key and value as one; a bias that is missing is zero. */
  private NDArray joined(String from, String kind) {
    int width = is.width();
    int columns = kind.equals("weight") ? width : 1;
    float[] all = new float[3 * width * columns];
    if (names.parts().containsKey("qkv")) {
      String name = from + part("qkv") + "." + kind;
      if (kind.equals("weight") || !absent("qkv", name)) {
        require(
            name, kind.equals("weight") ? new long[] {3L * width, width} : new long[] {3L * width});
        all = file.floats(name);
      }
    } else {
      String[] thirds = {"query", "key", "value"};
      for (int i = 0; i < thirds.length; i++) {
        String name = from + part(thirds[i]) + "." + kind;
        if (kind.equals("weight") || !absent(thirds[i], name)) {
          require(name, kind.equals("weight") ? new long[] {width, width} : new long[] {width});
          System.arraycopy(file.floats(name), 0, all, i * width * columns, width * columns);
        }
      }
    }
    if (config.rotary()) {
      pairUp(all, columns);
    }
    return NamedArrays.of(
        all, columns == 1 ? new Shape(3L * width) : new Shape(3L * width, width), manager);
  }

  /**
   * Rotary positions here turn neighbouring numbers of a head; the library turns those that lie
   * half a head apart. Queries and keys are reordered alike, which their product does not see.
   */
  private void pairUp(float[] rows, int columns) {
    int dim = is.headDim();
    float[] old = rows.clone();
    for (int head = 0; head < 2 * is.heads(); head++) { // of queries, then of keys
      for (int i = 0; i < dim; i++) {
        int source = head * dim + (i % 2 == 0 ? i / 2 : dim / 2 + i / 2);
        System.arraycopy(old, source * columns, rows, (head * dim + i) * columns, columns);
      }
    }
  }

  /** Class token and registers with their positions, and the positions of the patches. */
  private void prefixAndPositions() {
    long width = is.width();
    NDArray prefix = null;
    if (names.classToken() != null) {
      prefix = row(root + names.classToken(), 1);
    }
    NDArray patches = null;
    if (names.positions() != null) {
      String name = root + names.positions();
      NDArray table = row(name, -1); // [places, width]
      // timm's models with registers may keep no place for the class token.
      boolean classPlace = is.classToken() && table.getShape().get(0) == nativeTokens() + 1;
      if (prefix != null && classPlace) {
        prefix = prefix.add(table.get(":1"));
      }
      patches = classPlace ? table.get("1:") : table;
      patches = resized(name, patches);
    }
    if (names.registers() != null) {
      NDArray registers = row(root + names.registers(), is.registers());
      prefix = prefix == null ? registers : prefix.concat(registers, 0);
    }
    if (prefix != null) {
      give("prefix", kept(prefix.reshape(1, is.prefix(), width)));
    }
    if (patches != null) {
      give("positions", kept(patches.reshape(1, config.tokens(), width)));
    }
    if (config.rotary()) {
      RotaryGrid grid = RotaryGrid.of(config);
      Shape shape = new Shape((long) is.prefix() + config.tokens(), is.headDim());
      give("rope_cos", NamedArrays.of(grid.cos(), shape, manager));
      give("rope_sin", NamedArrays.of(grid.sin(), shape, manager));
    }
  }

  private long nativeTokens() {
    return (long) (is.imageHeight() / is.patch()) * (is.imageWidth() / is.patch());
  }

  private NDArray resized(String name, NDArray patches) {
    int rows = is.imageHeight() / is.patch();
    int columns = is.imageWidth() / is.patch();
    long found = patches.getShape().get(0);
    if (found != nativeTokens()) {
      throw new IllegalArgumentException(
          "%s: tensor '%s' has %d places for patches; %d x %d were expected"
              .formatted(file.path(), name, found, rows, columns));
    }
    if (rows == config.rows() && columns == config.columns()) {
      return patches;
    }
    NDArray planes = patches.reshape(1, rows, columns, is.width()).transpose(0, 3, 1, 2);
    boolean antialias = is.positions() == Positions.TABLE_ANTIALIASED;
    return TorchOps.resizeBicubic(planes, config.rows(), config.columns(), antialias)
        .reshape(1, is.width(), config.tokens())
        .transpose(0, 2, 1);
  }

  /** A tensor as rows of the width, whatever axes of length one come before; -1 takes all. */
  private NDArray row(String name, long rows) {
    if (!file.has(name)) {
      throw missing(name);
    }
    long[] shape = file.shape(name);
    long elements = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    boolean fits =
        shape.length > 0
            && shape[shape.length - 1] == is.width()
            && (rows < 0 || elements == rows * is.width());
    if (!fits) {
      throw new IllegalArgumentException(
          "%s: tensor '%s' has the shape %s; [%s, %d] was expected"
              .formatted(
                  file.path(),
                  name,
                  Arrays.toString(shape),
                  rows < 0 ? "places" : Long.toString(rows),
                  is.width()));
    }
    used.add(name);
    return NamedArrays.of(file.floats(name), new Shape(elements / is.width(), is.width()), manager);
  }

  private void norm(String to, String from) {
    give(to + ".weight", from + ".weight", is.width());
    give(to + ".bias", from + ".bias", is.width());
  }

  private void linear(String to, String part, String from, long in, long out) {
    String name = from + part(part);
    give(to + part + ".weight", name + ".weight", out, in);
    give(to + part + ".bias", bias(part, name + ".bias", out));
  }

  /** A bias, or zeros where this part of the family may go without. */
  private NDArray bias(String part, String name, long width) {
    return absent(part, name) ? manager.zeros(new Shape(width)) : read(name, width);
  }

  private boolean absent(String part, String bias) {
    return names.biasless().contains(part) && !file.has(bias);
  }

  private void give(String to, String name, long... shape) {
    give(to, read(name, shape));
  }

  private void give(String to, NDArray array) {
    sink.accept(to, array);
  }

  private NDArray read(String name, long... shape) {
    require(name, shape);
    return NamedArrays.of(file.floats(name), new Shape(shape), manager);
  }

  private void require(String name, long... shape) {
    if (!file.has(name)) {
      throw missing(name);
    }
    long[] found = file.shape(name);
    if (!Arrays.equals(found, shape)) {
      throw new IllegalArgumentException(
          "%s: tensor '%s' has the shape %s; %s was expected"
              .formatted(file.path(), name, Arrays.toString(found), Arrays.toString(shape)));
    }
    used.add(name);
  }

  /** Blocks beyond the deep layer are known, heads and other towers are not needed; the rest is. */
  private void requireNothingLeft() {
    Pattern unread = Pattern.compile("\\Q" + block.replace("%d", "\\E(\\d+)\\Q") + "\\E.*");
    for (String name : file.names()) {
      var later = unread.matcher(name);
      boolean laterBlock =
          later.matches()
              && Integer.parseInt(later.group(1)) >= config.from().deep()
              && Integer.parseInt(later.group(1)) < is.layers();
      if (!used.contains(name)
          && !laterBlock
          && names.ignored().stream().noneMatch(name::matches)) {
        throw new IllegalArgumentException(
            "%s: tensor '%s' belongs to no %s backbone of %d layers"
                .formatted(file.path(), name, is.family(), is.layers()));
      }
    }
  }

  /** A compact copy that outlives the arrays it was computed from. */
  private NDArray kept(NDArray array) {
    return NamedArrays.of(array.toFloatArray(), array.getShape(), manager);
  }
}
