/**
 * Photographs in: from folders and archives to {@code uint8} RGB at a model's size, byte for byte
 * what Pillow makes of them, so that tokens agree between languages. Decoding is bounded before it
 * starts and never quiet about damage. Start with {@link io.github.ideal4j.image.ImageLoader}; the
 * parts below it are {@link io.github.ideal4j.image.ImageSource}, {@link
 * io.github.ideal4j.image.ImageDecoder} and {@link io.github.ideal4j.image.CenterCrop}.
 */
package io.github.ideal4j.image;
