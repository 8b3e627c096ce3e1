/**
 * The safetensors format: named arrays in a file that can be mapped and never holds code. A file is
 * an unsigned 64-bit little-endian length, that many bytes of JSON ({@code {name: {dtype, shape,
 * data_offsets}}}) and the arrays, little-endian and row-major, without gaps. Start with {@link
 * io.github.ideal4j.safetensors.SafetensorsFile}.
 *
 * @see <a href="https://github.com/huggingface/safetensors">the format's home</a>
 */
package io.github.ideal4j.safetensors;
