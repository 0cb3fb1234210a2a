/**
 * What a backend is to Syncline: the {@link dev.syncline.backend.RemoteBackend} extension point and the values that cross
 * it. Nothing here knows HTTP; {@code dev.syncline.backend.rest} is one implementation.
 */
@NullMarked
package dev.syncline.backend;

import org.jspecify.annotations.NullMarked;
