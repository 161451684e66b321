/** A code to scan: dark on light whatever the colours of the page are, as scanners want it. */
import { encodeQR } from 'qr'
import { useMemo } from 'preact/hooks'

/** Light modules around it, without which a scanner does not find it. */
const BORDER = 2

export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const rows = useMemo(() => encodeQR(text, 'raw', { border: BORDER }), [text])
  const path = rows.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])))
  return (
    <svg class="qr" viewBox={`0 0 ${rows.length} ${rows.length}`} role="img" aria-label={label}>
      <path class="light" d={`M0 0h${rows.length}v${rows.length}H0z`} />
      <path class="dark" d={path.join('')} shape-rendering="crispEdges" />
    </svg>
  )
}
