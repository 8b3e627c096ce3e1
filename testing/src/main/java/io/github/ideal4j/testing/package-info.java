/**
 * What tests of several modules stand beside: other programs that read the same files, and a
 * browser that shows the same pages. A test that cannot have one is skipped and says what it lacks.
 * Start reading at {@link io.github.ideal4j.testing.Peer}.
 */
package io.github.ideal4j.testing;
