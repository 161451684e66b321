/** Metrics in embedded metric format: one is billed for each name and set of dimension values. */

interface Entry extends Readonly<Record<string, unknown>> {
  readonly _aws: { readonly CloudWatchMetrics: readonly Directive[] }
}

interface Directive {
  readonly Namespace: string
  readonly Dimensions: ReadonlyArray<readonly string[]>
  readonly Metrics: ReadonlyArray<{ readonly Name: string }>
}

/** Of lines of logs. */
export function metricNames(lines: readonly string[]): ReadonlySet<string> {
  const told = lines.filter((line) => line.includes('"CloudWatchMetrics"'))
  return new Set(told.flatMap((line) => namesIn(JSON.parse(line) as Entry)))
}

function namesIn(entry: Entry): readonly string[] {
  return entry._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((set) =>
      Metrics.map(({ Name }) =>
        [Namespace, Name, ...set.map((name) => `${name}=${String(entry[name])}`)].join('|'),
      ),
    ),
  )
}
