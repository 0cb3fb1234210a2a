package dev.syncline.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code .asc} files: a head line, {@code ;} between the fields, text in quotation marks (doubled inside), unquoted
 * {@code ?} or nothing for what is not known.
 */
final class AscReader {

    private AscReader() {}

    /** The rows of a file, each by column name; a value that is not known is null. */
    static List<Map<String, @Nullable String>> read(Path file) throws IOException {
        List<String> lines = text(Files.readAllBytes(file)).lines().toList();
        if (lines.isEmpty()) {
            throw new IOException(file + " is empty; its first line must name the columns");
        }
        List<@Nullable String> head = fields(lines.get(0), file, 1);
        List<Map<String, @Nullable String>> rows = new ArrayList<>(lines.size());
        for (int n = 1; n < lines.size(); n++) {
            if (lines.get(n).isBlank()) {
                continue;
            }
            List<@Nullable String> values = fields(lines.get(n), file, n + 1);
            if (values.size() != head.size()) {
                throw new IOException(file + ", line " + (n + 1) + ": " + values.size() + " fields, but the head names "
                        + head.size());
            }
            Map<String, @Nullable String> row = new LinkedHashMap<>();
            for (int i = 0; i < values.size(); i++) {
                row.put(String.valueOf(head.get(i)), values.get(i));
            }
            rows.add(row);
        }
        return rows;
    }

    /** UTF-8 if it is, else the Windows code page of the region the data is from, which can decode anything. */
    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return new String(bytes, Charset.forName("windows-1250"));
        }
    }

    private static List<@Nullable String> fields(String line, Path file, int number) throws IOException {
        List<@Nullable String> fields = new ArrayList<>();
        int at = 0;
        while (at <= line.length()) {
            if (at < line.length() && line.charAt(at) == '"') {
                StringBuilder text = new StringBuilder();
                at = quoted(line, at + 1, text, file, number);
                fields.add(text.toString());
            } else {
                int end = line.indexOf(';', at);
                end = end < 0 ? line.length() : end;
                String bare = line.substring(at, end).strip();
                fields.add(bare.isEmpty() || bare.equals("?") ? null : bare);
                at = end;
            }
            if (at < line.length() && line.charAt(at) != ';') {
                throw new IOException(file + ", line " + number + ": text goes on after its closing quotation mark");
            }
            at++;
        }
        return fields;
    }

    /** Reads quoted text into {@code text}; returns the place after the closing mark. */
    private static int quoted(String line, int from, StringBuilder text, Path file, int number) throws IOException {
        int at = from;
        while (at < line.length()) {
            char c = line.charAt(at++);
            if (c != '"') {
                text.append(c);
            } else if (at < line.length() && line.charAt(at) == '"') {
                text.append('"');
                at++;
            } else {
                return at;
            }
        }
        throw new IOException(file + ", line " + number + ": a quotation mark is not closed");
    }
}
