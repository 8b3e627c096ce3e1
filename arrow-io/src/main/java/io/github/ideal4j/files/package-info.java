/**
 * Files that are whole or absent: everything this project writes is written beside its final place
 * and moved there, and everything it keeps is identified by its SHA-256. Start with {@link
 * io.github.ideal4j.files.AtomicFile}.
 */
package io.github.ideal4j.files;
