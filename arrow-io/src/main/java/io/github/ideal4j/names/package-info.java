/**
 * Names that people type: an unknown one is answered with those that it may have meant. Start with
 * {@link io.github.ideal4j.names.NearNames}.
 */
package io.github.ideal4j.names;
