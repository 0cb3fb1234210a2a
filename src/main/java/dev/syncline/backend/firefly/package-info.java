/**
 * The backend for a Firefly III server and the tables of {@code dev.syncline.finance}. Begin with {@link
 * dev.syncline.backend.firefly.FireflyIii#at FireflyIii.at(address, token)}.
 */
@NullMarked
package dev.syncline.backend.firefly;

import org.jspecify.annotations.NullMarked;
