/**
 * What is served: graphs of bundles as they are, photographs through an encoder, fused classifiers.
 * Start with {@link io.github.ideal4j.server.model.ModelSet}.
 */
package io.github.ideal4j.server.model;
