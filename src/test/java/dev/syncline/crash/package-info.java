/** What killed processes, power cuts and failing disks may not do. */
@NullMarked
package dev.syncline.crash;

import org.jspecify.annotations.NullMarked;
