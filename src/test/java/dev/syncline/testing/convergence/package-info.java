/** A world of devices, a server and a seed, in which everything that can happen between them happens at random. */
@NullMarked
package dev.syncline.testing.convergence;

import org.jspecify.annotations.NullMarked;
