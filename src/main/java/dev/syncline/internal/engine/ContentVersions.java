package dev.syncline.internal.engine;

import dev.syncline.backend.Capabilities;
import dev.syncline.backend.PullPage;
import dev.syncline.backend.PushReceipt;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.backend.SpooledRecords;
import dev.syncline.backend.VersionKind;
import dev.syncline.internal.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Gives records a version where a backend tells none and compares nothing: a digest of their content. What is read right before a write can
 * then be held against what the change was made on. Records in a file are left as they are; they get theirs when they are met alone.
 */
final class ContentVersions {
    private static final int DIGEST_BYTES = 16;

    private final boolean needed;

    ContentVersions(Capabilities capabilities) {
        needed = !capabilities.conditionalWrites() && capabilities.versions() == VersionKind.OPAQUE;
    }

    PullPage of(PullPage page) {
        if (!needed || page.records() instanceof SpooledRecords) {
            return page;
        }
        return page.withRecords(of(List.copyOf(page.records())));
    }

    List<RemoteRecord> of(List<RemoteRecord> records) {
        return needed ? records.stream().map(this::of).toList() : records;
    }

    RemoteRecord of(RemoteRecord record) {
        return !needed || record.version() != null || record.deleted()
                ? record
                : new RemoteRecord(record.id(), digest(record), false, record.fields(), record.changedAt());
    }

    PushResult of(PushResult result) {
        if (result instanceof PushResult.Accepted accepted && accepted.copy() != null) {
            RemoteRecord copy = of(accepted.copy());
            String version = accepted.version() == null ? copy.version() : accepted.version();
            return new PushResult.Accepted(accepted.id(), version, copy);
        }
        if (result instanceof PushResult.Conflicted conflicted && conflicted.remote() != null) {
            return new PushResult.Conflicted(of(conflicted.remote()));
        }
        return result;
    }

    List<PushReceipt> ofReceipts(List<PushReceipt> receipts) {
        return receipts.stream()
                .map(receipt -> new PushReceipt(receipt.key(), of(receipt.result())))
                .toList();
    }

    private static String digest(RemoteRecord record) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(Json.canonical(record.fields()).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
