/**
 * The Open Inference Protocol v2 as bytes: requests with JSON and binary tensors are read, answers
 * are written. Nothing here knows HTTP or a model. Start with {@link
 * io.github.ideal4j.server.protocol.RequestReader}.
 */
package io.github.ideal4j.server.protocol;
