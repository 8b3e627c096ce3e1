/**
 * Frozen vision backbones: photographs in, one shallow and one deep token for each patch out. They
 * are read from safetensors, never trained, and export with the tokenizer. Start with {@link
 * io.github.ideal4j.backbone.VisionBackbone}.
 */
package io.github.ideal4j.backbone;
