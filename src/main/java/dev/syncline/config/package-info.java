/** What a host sets: its tables, the backend, the numbers, and the sources of time, chance and threads. */
@NullMarked
package dev.syncline.config;

import org.jspecify.annotations.NullMarked;
