/**
 * The networks that evaluation looks through: the one of the Fréchet distances, and two learned
 * codecs to compare with. All are frozen, read from safetensors files that come with the project or
 * from the user, and proved against reference numbers. Start with {@link
 * io.github.ideal4j.evaluation.network.Inception}, {@link
 * io.github.ideal4j.evaluation.network.VqVae} and {@link
 * io.github.ideal4j.evaluation.network.NetworkChecks}.
 */
package io.github.ideal4j.evaluation.network;
