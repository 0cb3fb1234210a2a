package dev.syncline.internal.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Defends G13: no byte reaches the parser that is not UTF-8, whatever the size of the pieces it comes in. */
class Utf8CheckTest {

    @Test
    void every_character_passes() {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                byte[] bytes = ("x" + Character.toString(c)).getBytes(UTF_8);
                if (!accepts(bytes, bytes.length)) {
                    fail("U+%04X", c);
                }
            }
        }
    }

    @Test
    void random_bytes_pass_exactly_if_the_strict_decoder_of_the_jdk_takes_them() {
        SplittableRandom random = new SplittableRandom(3);
        int accepted = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = randomBytes(random);
            boolean wellFormed = isWellFormed(bytes);
            accepted += wellFormed ? 1 : 0;
            assertThat(accepts(bytes, bytes.length)).isEqualTo(wellFormed);
            assertThat(accepts(bytes, random.nextInt(1, 4))).isEqualTo(wellFormed);
        }
        assertThat(accepted).isBetween(10_000, 90_000);
    }

    @Test
    void a_mark_is_refused_at_the_start_only() {
        assertThat(accepts("\uFEFFx".getBytes(UTF_8), 1)).isFalse();
        assertThat(accepts("\"\uFEFF\"".getBytes(UTF_8), 1)).isTrue();
    }

    @Test
    void a_stream_checks_what_is_read_singly_and_what_is_skipped() throws IOException {
        byte[] bad = "0123456789?9".getBytes(UTF_8);
        bad[10] = (byte) 0xFF;

        StrictUtf8Stream singly = new StrictUtf8Stream(new ByteArrayInputStream(bad));
        assertThat(singly.read()).isEqualTo('0');
        assertThat(singly.skip(8)).isEqualTo(8);
        assertThat(singly.read()).isEqualTo('9');
        assertThatThrownBy(singly::read).hasMessage("text is not UTF-8 at byte 10");

        StrictUtf8Stream skipped = new StrictUtf8Stream(new ByteArrayInputStream(bad));
        assertThatThrownBy(() -> skipped.skip(100)).isInstanceOf(JsonFormatException.class);

        StrictUtf8Stream good = new StrictUtf8Stream(new ByteArrayInputStream("ä".getBytes(UTF_8)));
        assertThat(good.markSupported()).isFalse();
        assertThat(good.skip(-1)).isZero();
        assertThat(good.skip(100)).isEqualTo(2);
        assertThat(good.read()).isEqualTo(-1);
    }

    /** Mostly well-formed text, so that faults stand amid characters of every length. */
    private static byte[] randomBytes(SplittableRandom random) {
        StringBuilder text = new StringBuilder("x");
        int[] ceilings = {0x80, 0x800, 0x10000, 0x110000};
        for (int n = random.nextInt(12); n > 0; n--) {
            int c = random.nextInt(ceilings[random.nextInt(4)]);
            text.appendCodePoint(c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 'a' : c);
        }
        byte[] bytes = text.toString().getBytes(UTF_8);
        if (bytes.length > 1 && random.nextBoolean()) {
            bytes[random.nextInt(1, bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    private static boolean isWellFormed(byte[] bytes) {
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static boolean accepts(byte[] bytes, int pieces) {
        Utf8Check check = new Utf8Check();
        try {
            for (int i = 0; i < bytes.length; i += pieces) {
                check.accept(bytes, i, Math.min(pieces, bytes.length - i));
            }
            check.end();
            return true;
        } catch (JsonFormatException e) {
            return false;
        }
    }
}
