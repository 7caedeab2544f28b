/** The one at that place, counted around the end; none of none. */
export const nth = <Item>(items: readonly Item[], which: number): Item | undefined =>
  items.length === 0 ? undefined : items[which % items.length];
