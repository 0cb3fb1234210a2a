package dev.syncline.testing.crash;

import dev.syncline.testing.jdbc.Boundary;
import dev.syncline.testing.jdbc.FileImage;

/**
 * What was left when the process died at a boundary.
 *
 * @param image the file
 * @param boundary where; the first of those at which the same was left
 * @param step the step of the day that was under way
 * @param server what the server knew
 * @param durableBytes how much of the write-ahead log a power cut would have left
 */
public record Shot(FileImage image, Boundary boundary, int step, CopyableServer server, long durableBytes) {}
