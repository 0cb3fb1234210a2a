package dev.syncline.internal.queue;

import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.capture.RowImageCodec;
import dev.syncline.internal.store.SyncOperation;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The images of the last claim, so that the answers to it need not read from text what was written a moment ago. An image whose
 * text in the queue has changed since is read. Used by the run thread.
 */
public final class FrozenImages {
    private Map<String, Written> byRow = new HashMap<>();
    private Map<String, Written> before = new HashMap<>();

    /** Makes an empty collection. */
    public FrozenImages() {}

    private record Written(String text, RowImage image) {}

    /** Another claim begins; the one before it may be on the wire still. */
    void begin() {
        before = byRow;
        byRow = new HashMap<>();
    }

    /** Writes an image for the queue. */
    String write(String rowId, RowImage image) {
        String text = RowImageCodec.toJson(image);
        byRow.put(rowId, new Written(text, image));
        return text;
    }

    /**
     * Gives the image of an operation that is no deletion.
     *
     * @param operation a frozen operation
     * @return the row as it was frozen
     */
    public RowImage of(SyncOperation operation) {
        String text = Objects.requireNonNull(operation.image());
        Written written = byRow.getOrDefault(operation.rowId(), before.get(operation.rowId()));
        return written != null && written.text().equals(text) ? written.image() : RowImageCodec.fromJson(text);
    }
}
