/** Holds a tree to the table of rooms: every import that its room does not allow, with what to do instead. */
import type { Room } from './room.ts'
import { HOUSES_WITH_FLOORS, ROOMS } from './rooms.ts'
import { GUARDED_PACKAGES, type Teaching, TEACHINGS } from './teachings.ts'
import { resolve, type Target, type Tree } from './tree.ts'

export interface Breach {
  readonly from: string
  /** The file or package that should not be reached from there, or what else is wrong with `from`. */
  readonly to: string
  readonly says: string
}

/** Rooms with the forms of what outlives a deployment. */
const HOLDS_STORED_FORMS: ReadonlySet<string> = new Set(['shared/stores', 'shared/secrets'])
/** Where the form of an account is known, of every channel. */
const KNOWS_ACCOUNTS = 'shared/facts/account.ts'
/** Loads a function's handler by a path that the template names, as Lambda's own bootstrap does. */
const LOADS_BY_PATH = new Set(['local/lambda/bootstrap.cjs'])

export function roomOf(path: string, rooms: readonly Room[] = ROOMS): Room | undefined {
  return rooms.find(({ holds }) => holds(path))
}

export function wallBreaches(tree: Tree): readonly Breach[] {
  return [...tree.keys()].flatMap((path) => fileBreaches(tree, path))
}

/** What one file of the tree does that its room does not allow. */
export function fileBreaches(tree: Tree, from: string, rooms: readonly Room[] = ROOMS): readonly Breach[] {
  const room = roomOf(from, rooms)
  if (room === undefined) {
    const says = `${from} stands in no room: give its folder a line in test/architecture/rooms.ts that says what it may import`
    return [{ from, to: 'no room', says }]
  }
  const specifiers = tree.get(from)?.specifiers ?? []
  const forbidden = specifiers.flatMap((specifier) => {
    const breach = importBreach(tree, room, from, resolve(from, specifier))
    return breach === undefined ? [] : [breach]
  })
  return [...forbidden, ...contentBreaches(tree, room, from)]
}

/** What is wrong with a file, whatever it imports. */
function contentBreaches(tree: Tree, room: Room, from: string): readonly Breach[] {
  const { computed = 0, listedMembers = [], accounts = [] } = tree.get(from) ?? {}
  const breaches: Breach[] = []
  if (computed > 0 && !LOADS_BY_PATH.has(from) && room.teaching !== 'around') {
    const says = `${from} imports a path that it computes, which no wall can hold: write the path out`
    breaches.push({ from, to: 'computed import', says })
  }
  if (accounts.length > 0 && from !== KNOWS_ACCOUNTS && room.teaching !== 'around') {
    const says = `${from} writes ${accounts.join(', ')} by itself: a key that another file cannot read would be stored. Make and read accounts with ${KNOWS_ACCOUNTS}`
    breaches.push({ from, to: 'account', says })
  }
  if (HOLDS_STORED_FORMS.has(room.name) && listedMembers.length > 0) {
    const says = `${from} lists ${listedMembers.join(', ')} anew: a member added to the type would make stored items unreadable. Make type and picklist from one constant, next to the type`
    breaches.push({ from, to: 'picklist', says })
  }
  return breaches
}

function importBreach(tree: Tree, room: Room, from: string, target: Target): Breach | undefined {
  if (target.kind === 'unknown') {
    return {
      from,
      to: target.specifier,
      says: `${from} imports ${target.specifier}, an alias that package.json lacks`,
    }
  }
  if (target.kind === 'package') {
    if (allows(room.packages, target.name)) return undefined
    return breach(from, target.name, packageTeaching(target.name) ?? room.teaching)
  }
  const { path } = target
  if (/\.[cm]?[jt]s$/.test(path) && !tree.has(path)) {
    return { from, to: path, says: `${from} imports ${path}, which does not exist` }
  }
  const teaching = fileTeaching(room, from, path)
  return teaching === undefined ? undefined : breach(from, path, teaching)
}

/** What is wrong with reaching this file from that room; `undefined` when nothing is. */
function fileTeaching(room: Room, from: string, to: string): Teaching | undefined {
  const target = roomOf(to)
  if (isInFunction(from) && isInFunction(to) && functionOf(from) !== functionOf(to)) return 'otherFunction'
  if (target === undefined) return room.rooms.includes('*') ? undefined : room.teaching
  if (target.name === room.name || allows(room.rooms, target.name)) return undefined
  if (from.startsWith('shared/') && !to.startsWith('shared/')) return 'sharedUpwards'
  return target.name === 'test' ? 'around' : room.teaching
}

const isInFunction = (path: string) => path.startsWith('functions/')
const functionOf = (path: string) => path.split('/')[1]

const breach = (from: string, to: string, teaching: Teaching): Breach => ({
  from,
  to,
  says: `${from} imports ${to}: ${TEACHINGS[teaching]}`,
})

const packageTeaching = (name: string) => GUARDED_PACKAGES.find(([pattern]) => pattern.test(name))?.[1]

const allows = (patterns: readonly string[], name: string) =>
  patterns.some((pattern) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name,
  )

/** Lines of the table that name a room of their own house which stands higher, or a room that there is not. */
export function upwardArrows(rooms: readonly Room[]): readonly string[] {
  const place = new Map(rooms.map(({ name }, floor) => [name, floor]))
  return rooms.flatMap(({ name, rooms: allowed }, floor) =>
    allowed.flatMap((other) => {
      if (other === '*') return []
      const otherFloor = place.get(other)
      if (otherFloor === undefined) return [`${name} → ${other}, which is no room`]
      const isUp = isOneHouse(name, other) && otherFloor >= floor
      return isUp ? [`${name} → ${other}, which stands higher`] : []
    }),
  )
}

const isOneHouse = (one: string, other: string) =>
  HOUSES_WITH_FLOORS.some((house) => [one, other].every((name) => name.split(/[/:]/)[0] === house))
