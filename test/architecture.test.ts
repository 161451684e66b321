import { describe, expect, it } from 'vitest'
import { FEWER_THAN, FURTHER, nameBreaches, namersOf } from './architecture/channel-names.ts'
import { cycles } from './architecture/cycles.ts'
import { EXCEPTIONS } from './architecture/exceptions.ts'
import { FLOOR_PLANTS, OTHER_PLANTS } from './architecture/more-plants.ts'
import { IMPORT_PLANTS } from './architecture/plants.ts'
import { ROOM_PLANTS } from './architecture/room-plants.ts'
import type { Room } from './architecture/room.ts'
import { ROOMS } from './architecture/rooms.ts'
import { readTree, type Tree, withFiles } from './architecture/tree.ts'
import { type Breach, fileBreaches, roomOf, upwardArrows, wallBreaches } from './architecture/walls.ts'

const tree = readTree()
const breachesOf = (files: Tree): readonly Breach[] => [...wallBreaches(files), ...cycles(files)]
const breaches = breachesOf(tree)
const isExcepted = ({ from, to }: Breach) =>
  EXCEPTIONS.some((exception) => exception.from === from && exception.to === to)

describe('the walls of the house', () => {
  it('stand: no import but those that the table of rooms allows, and no circle', () => {
    expect(breaches.filter((breach) => !isExcepted(breach)).map(({ says }) => says)).toEqual([])
  })

  it('have no exception that is no longer needed', () => {
    const needed = EXCEPTIONS.filter(({ from, to }) =>
      breaches.some((breach) => breach.from === from && breach.to === to),
    )
    expect(EXCEPTIONS).toEqual(needed)
  })

  it('were looked for in the whole tree', () => {
    const rooms = new Set([...tree.keys()].map((path) => roomOf(path)?.name))
    const empty = ROOMS.filter(({ name }) => !rooms.has(name))
    expect(empty.map(({ name }) => name)).toEqual([])
  })
})

const importPlants = [...IMPORT_PLANTS, ...FLOOR_PLANTS, ...ROOM_PLANTS].map(({ name, files }) => ({
  name,
  planted: withFiles(tree, files),
  paths: Object.keys(files),
}))

/** The plants that nobody would see if a room allowed more. */
function missedWith(wider: Room): readonly string[] {
  const rooms = ROOMS.map((room) => (room.name === wider.name ? wider : room))
  const missed = importPlants.filter(({ planted, paths }) =>
    paths.every((path) => fileBreaches(planted, path, rooms).length === 0),
  )
  return missed.map(({ name }) => name)
}

describe('a planted breach is seen', () => {
  it.each([...IMPORT_PLANTS, ...FLOOR_PLANTS, ...OTHER_PLANTS, ...ROOM_PLANTS])(
    '$name',
    ({ files, says }) => {
      const planted = withFiles(tree, files)
      const walls = Object.keys(files).flatMap((path) => fileBreaches(planted, path))
      // Only a circle needs the whole tree, which takes its time.
      const seen = walls.some((breach) => says.test(breach.says))
      const found = seen ? walls : cycles(planted).filter(({ from }) => from in files)
      expect(found.map((breach) => breach.says)).toContainEqual(expect.stringMatching(says))
    },
  )

  it.each(ROOMS.filter(({ rooms }) => !rooms.includes('*')))('whichever list of $name grows', (room) => {
    expect(missedWith({ ...room, rooms: ['*'] })).not.toEqual([])
    expect(missedWith({ ...room, packages: ['*'] })).not.toEqual([])
  })

  it('whatever kind of comment or text looks like an import is none', () => {
    const source = `// import '#shared/aws/clients.ts'\nexport const text = "from '#shared/aws/clients.ts'"\n/** {@link import('aws-lambda')} */`
    const files = { 'shared/orders/planted.ts': source }
    expect(breachesOf(withFiles(tree, files)).filter(({ from }) => from in files)).toEqual([])
  })
})

describe.each(FURTHER)('%s', (channel) => {
  const planted = (count: number) =>
    withFiles(
      tree,
      Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `functions/query/planted-${index}.ts`,
          `export const planted = (provider: string) => provider === '${channel}'`,
        ]),
      ),
    )

  it('is named outside of its rooms in few files, each for a reason', () => {
    expect(nameBreaches(channel, tree)).toEqual([])
  })

  it('is seen where a handler names it', () => {
    expect(nameBreaches(channel, planted(1))).toContainEqual(
      expect.stringContaining(
        `functions/query/planted-0.ts names ${channel}: take what it needs of each channel`,
      ),
    )
  })

  it('is seen where too many files name it, whatever their reasons', () => {
    const missing = FEWER_THAN - namersOf(channel, tree).length
    expect(nameBreaches(channel, planted(missing))).toContainEqual(
      expect.stringContaining(`${FEWER_THAN} files outside the rooms of ${channel} name it`),
    )
  })
})

describe('the floors', () => {
  it('rise: no room may import one that stands higher', () => {
    expect(upwardArrows(ROOMS)).toEqual([])
  })

  it('are held against a line of the table that points up', () => {
    const planted = ROOMS.map((room) =>
      room.name === 'shared/facts'
        ? { ...room, rooms: [...room.rooms, 'shared/stores', 'shared/nowhere'] }
        : room,
    )
    expect(upwardArrows(planted)).toEqual([
      'shared/facts → shared/stores, which stands higher',
      'shared/facts → shared/nowhere, which is no room',
    ])
  })
})
