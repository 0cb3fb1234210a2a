/** The library's tables in the host's file: opening it, migrating them, units of work, and one repository for each table. */
@NullMarked
package dev.syncline.internal.store;

import org.jspecify.annotations.NullMarked;
