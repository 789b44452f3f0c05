/** Addresses that a show keeps as favourites; what fits in a narrow panel is less by far. */
export const favouriteLimit = 64;
