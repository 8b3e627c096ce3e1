/**
 * Bundles behind HTTP: the Open Inference Protocol v2 for programs, photographs in and pictures out
 * for people. Start with {@link io.github.ideal4j.server.InferenceServer}.
 */
package io.github.ideal4j.server;
