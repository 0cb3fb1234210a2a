/** The run: who may run, in which order its steps go, how the backend is called, and what is told of it. */
@NullMarked
package dev.syncline.internal.engine;

import org.jspecify.annotations.NullMarked;
