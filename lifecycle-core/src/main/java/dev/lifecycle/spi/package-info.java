/** What pools, caches and third parties need of the core: the clock and the way a resource joins the tree. Nothing here depends on the API. */
package dev.lifecycle.spi;
