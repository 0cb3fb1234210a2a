package dev.syncline.backend.rest;

import dev.syncline.backend.RemoteRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A page as it was read: {@code cursor} as the server wrote it, {@code total} −1 if it told none. */
record PageContent(List<RemoteRecord> records, @Nullable String cursor, boolean more, long total) {}
