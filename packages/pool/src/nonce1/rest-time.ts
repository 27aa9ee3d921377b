/** A lease that was not renewed for this long may go to another process. No work lives for more than an hour. */
export const REST_MS = 2 * 3600 * 1000;
