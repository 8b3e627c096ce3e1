/**
 * Small programs, one idea each, that run as tests. Start with {@link
 * io.github.ideal4j.examples.ClassifyPhotographs}.
 */
package io.github.ideal4j.examples;
