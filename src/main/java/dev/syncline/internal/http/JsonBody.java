package dev.syncline.internal.http;

import dev.syncline.internal.json.Json;
import java.io.IOException;
import java.util.Map;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/** A body of JSON. Whatever OkHttp makes of an answer, a body that can be written once is sent once. */
public final class JsonBody extends RequestBody {

    private static final MediaType JSON = MediaType.get("application/json");

    private final byte[] bytes;
    private final MediaType type;

    /**
     * Writes a body.
     *
     * @param value the object that it holds
     */
    public JsonBody(Map<String, ? extends @Nullable Object> value) {
        this(value, JSON);
    }

    /**
     * Writes a body of a type of its own.
     *
     * @param value the object or array that it holds
     * @param type what it is called
     */
    public JsonBody(Object value, MediaType type) {
        bytes = Json.writeBytes(value);
        this.type = type;
    }

    @Override
    public MediaType contentType() {
        return type;
    }

    @Override
    public long contentLength() {
        return bytes.length;
    }

    @Override
    public boolean isOneShot() {
        return true;
    }

    @Override
    public void writeTo(BufferedSink sink) throws IOException {
        sink.write(bytes);
    }
}
