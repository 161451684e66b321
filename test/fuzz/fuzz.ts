/** How long the fuzz tests run, and inputs that they share. A failure prints its seed and the smallest input that fails. */
import fc from 'fast-check'
import { codePoint } from './code-point.ts'

/** A few hundred in `npm test`; `npm run fuzz -- --runs 100000` sets the variable. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 250)
const seed = process.env['FUZZ_SEED']

/** Checks a property as often as asked for. @param share fewer runs for a property whose runs are expensive */
export async function fuzz<Inputs extends [unknown, ...unknown[]]>(
  property: fc.IAsyncProperty<Inputs> | fc.IProperty<Inputs>,
  share = 1,
): Promise<void> {
  const settings = { numRuns: Math.ceil(RUNS * share), ...(seed === undefined ? {} : { seed: Number(seed) }) }
  await fc.assert(property as fc.IAsyncProperty<Inputs>, settings)
}

/** JSON text nested so deep that a parser which recurses without a limit would break. */
const deepText = fc
  .tuple(fc.nat(30_000), fc.constantFrom('[', '{"a":', '[{"__proto__":'))
  .map(([levels, open]) => {
    const close = Array.from(open)
      .filter((one) => one === '[' || one === '{')
      .map((one) => (one === '[' ? ']' : '}'))
    return `${open.repeat(levels)}1${close.toReversed().join('').repeat(levels)}`
  })

/** JSON values with the names that matter, odd numbers and the keys of prototypes among others. */
export const anyJson = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.dictionary(
    fc.constantFrom(
      'mchid',
      'appid',
      'amount',
      'total',
      'id',
      'resource',
      '__proto__',
      'constructor',
      'toString',
    ),
    fc.oneof(fc.jsonValue({ maxDepth: 2 }), oddNumber(), oddText()),
  ),
)

/** Bytes: random, JSON, nearly JSON, or very deep. */
export const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 600 }),
  anyJson.map((value) => Buffer.from(JSON.stringify(value) ?? '')),
  fc.tuple(anyJson, fc.nat(), fc.nat(255)).map(([value, at, byte]) => {
    const bytes = Buffer.from(JSON.stringify(value) ?? ' ')
    if (bytes.length > 0) bytes[at % bytes.length] = byte
    return bytes
  }),
  deepText.map((text) => Buffer.from(text)),
)

function oddNumber(): fc.Arbitrary<number> {
  return fc.oneof(
    fc.double(),
    fc.integer(),
    fc.constantFrom(0, -0, -1, 1.5, 2 ** 53, 2 ** 53 + 2, 1e308, Number.MIN_VALUE),
  )
}

export function oddText(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.string({ unit: codePoint, maxLength: 300 }),
    fc.string({ maxLength: 40 }),
    fc.constantFrom(
      '',
      ' ',
      '\u0000',
      '\u{feff}',
      '\u202E',
      '\u{1F469}\u200D\u{1F467}',
      '__proto__',
      '../..',
      '#',
      'NaN',
      '1e9',
    ),
    // A lone surrogate is no text, but JSON can say it.
    fc.constant('\ud800'),
  )
}

/** The value with one of its fields, at any depth, replaced, removed or doubled into a list. */
export function spoiled(value: object): fc.Arbitrary<unknown> {
  const paths = pathsOf(value)
  const replacement = fc.oneof(anyJson, oddNumber(), oddText(), fc.constant(undefined))
  return fc
    .array(fc.tuple(fc.constantFrom(...paths), replacement), { minLength: 0, maxLength: 3 })
    .map((changes) => {
      const copy = structuredClone(value)
      for (const [path, changed] of changes) assign(copy, path, changed)
      return copy
    })
}

function pathsOf(value: object, before: readonly string[] = []): readonly (readonly string[])[] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const path = [...before, key]
    return typeof inner === 'object' && inner !== null ? [path, ...pathsOf(inner, path)] : [path]
  })
}

function assign(target: object, [key = '', ...rest]: readonly string[], value: unknown): void {
  const holder = target as Record<string, unknown>
  const inner = holder[key]
  if (rest.length === 0) holder[key] = value
  else if (typeof inner === 'object' && inner !== null) assign(inner, rest, value)
}
