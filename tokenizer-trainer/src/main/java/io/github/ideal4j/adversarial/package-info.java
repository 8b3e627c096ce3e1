/**
 * The adversarial loss: discriminators, their losses, and augmentation that gradients pass. Start
 * with {@link io.github.ideal4j.adversarial.Discriminator} and {@link
 * io.github.ideal4j.adversarial.AdversarialConfig}.
 */
package io.github.ideal4j.adversarial;
