package dev.syncline.backend.rest;

import org.jspecify.annotations.Nullable;

/**
 * How writes travel.
 *
 * @param update the form of an update
 * @param conditional whether a write names the version it was made on
 * @param keyHeader the header of the idempotency key; null if the server has none
 */
record WriteForm(
        UpdateForm update, boolean conditional, @Nullable String keyHeader) {}
