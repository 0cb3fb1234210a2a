package dev.syncline.internal.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Lets only well-formed UTF-8 pass (RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF) and no byte order mark.
 * Jackson decodes {@code C0 AF} to a slash and takes UTF-16 for what it is, so the bytes are checked before it sees them. Fed
 * in pieces of any size; one instance per stream, not thread-safe.
 */
final class Utf8Check {

    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final int BOM = 0xFEFF;

    private long position;
    private int missing;
    private int lowest = 0x80;
    private int highest = 0xBF;
    private int codePoint;

    void accept(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int i = offset;
        while (i < end) {
            if (missing == 0 && end - i >= Long.BYTES && ((long) EIGHT_BYTES.get(bytes, i) & HIGH_BITS) == 0) {
                i += Long.BYTES;
                position += Long.BYTES;
            } else {
                accept(bytes[i++] & 0xFF);
                position++;
            }
        }
    }

    void end() {
        if (missing > 0) {
            throw new JsonFormatException("text cut off within a character at byte " + position);
        }
    }

    private void accept(int b) {
        if (missing > 0) {
            continueCharacter(b);
        } else if (b >= 0x80) {
            startCharacter(b);
        }
    }

    private void startCharacter(int b) {
        if (b >= 0xC2 && b <= 0xDF) {
            expect(1, b & 0x1F, 0x80, 0xBF);
        } else if (b >= 0xE0 && b <= 0xEF) {
            expect(2, b & 0x0F, b == 0xE0 ? 0xA0 : 0x80, b == 0xED ? 0x9F : 0xBF);
        } else if (b >= 0xF0 && b <= 0xF4) {
            expect(3, b & 0x07, b == 0xF0 ? 0x90 : 0x80, b == 0xF4 ? 0x8F : 0xBF);
        } else {
            throw notUtf8();
        }
    }

    private void expect(int following, int bits, int low, int high) {
        missing = following;
        codePoint = bits;
        lowest = low;
        highest = high;
    }

    private void continueCharacter(int b) {
        if (b < lowest || b > highest) {
            throw notUtf8();
        }
        codePoint = (codePoint << 6) | (b & 0x3F);
        lowest = 0x80;
        highest = 0xBF;
        missing--;
        if (codePoint == BOM && missing == 0 && position == 2) {
            throw new JsonFormatException("text starts with a byte order mark, which JSON must not");
        }
    }

    private JsonFormatException notUtf8() {
        return new JsonFormatException("text is not UTF-8 at byte " + position);
    }
}
