package dev.syncline.testing;

import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PushReceipt;
import dev.syncline.backend.RemoteBackend;
import java.util.List;
import java.util.function.UnaryOperator;

/** Passes every call on to another backend, and lets a test change what batches are answered with. */
public final class MeddlingBackend extends ForwardingBackend {
    private volatile UnaryOperator<List<PushReceipt>> meddling = UnaryOperator.identity();

    public MeddlingBackend(RemoteBackend backend) {
        super(backend);
    }

    /** Changes the answers to batches from now on. */
    public void meddle(UnaryOperator<List<PushReceipt>> change) {
        meddling = change;
    }

    @Override
    public List<PushReceipt> pushBatch(List<OutgoingChange> changes) {
        return meddling.apply(backend.pushBatch(changes));
    }
}
