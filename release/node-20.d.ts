/** What the packages use beyond ES2023: Node.js 20 has the first, and program-bundle.ts brings the second along. */
interface String {
  isWellFormed(): boolean
}
interface MapConstructor {
  groupBy<Key, Item>(items: Iterable<Item>, keyOf: (item: Item, index: number) => Key): Map<Key, Item[]>
}
