package dev.syncline.internal.record;

/**
 * A record that ended the whole transaction in which it was written.
 *
 * @param table the number of its table, since records of different tables may have the same id
 * @param id its remote id
 */
public record EndingRecord(int table, String id) {}
