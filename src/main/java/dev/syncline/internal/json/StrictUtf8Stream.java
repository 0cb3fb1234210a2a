package dev.syncline.internal.json;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Checks the bytes of a stream on their way to the parser. */
final class StrictUtf8Stream extends FilterInputStream {

    private final Utf8Check check = new Utf8Check();

    StrictUtf8Stream(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = super.read(bytes, offset, length);
        if (count < 0) {
            check.end();
        } else {
            check.accept(bytes, offset, count);
        }
        return count;
    }

    /** Reads what it skips: bytes that were not checked must not count as checked. */
    @Override
    public long skip(long count) throws IOException {
        long left = count;
        byte[] passed = new byte[(int) Math.max(0, Math.min(count, 8192))];
        while (left > 0) {
            int read = read(passed, 0, (int) Math.min(left, passed.length));
            if (read < 0) {
                break;
            }
            left -= read;
        }
        return count - left;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
