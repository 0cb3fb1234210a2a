/**
 * A {@link dev.syncline.backend.RemoteBackend} over HTTP and JSON: the protocol of {@code docs/BACKENDS.md}, with its names
 * and habits as settings. {@link dev.syncline.backend.rest.RestBackend#at} is the way in.
 */
@NullMarked
package dev.syncline.backend.rest;

import org.jspecify.annotations.NullMarked;
