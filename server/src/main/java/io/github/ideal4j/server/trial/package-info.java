/**
 * Tries a server on this machine: load, clients that are cut off, damaged requests, many requests.
 * Everything is bounded in count and time and follows from a seed. Start with {@link
 * io.github.ideal4j.server.trial.ServerTrial}.
 */
package io.github.ideal4j.server.trial;
