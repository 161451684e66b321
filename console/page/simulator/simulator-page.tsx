/** The side of WeChat: the payer, bad luck, the clock, and what goes over the wire. */
import { useState } from 'preact/hooks'
import type { ConsoleProblem } from '#console/contract.ts'
import { problemOf } from '../api.ts'
import { useTexts } from '../language.tsx'
import { PageHead, Problem } from '../parts/basics.tsx'
import type { Act } from './act.ts'
import { Clock } from './clock.tsx'
import { Faults } from './faults.tsx'
import { Payer } from './payer.tsx'
import { Wire } from './wire.tsx'

export function SimulatorPage() {
  const texts = useTexts()
  const [problem, setProblem] = useState<ConsoleProblem>()
  const [said, setSaid] = useState('')
  const act: Act = (doing) => {
    setProblem(undefined)
    setSaid('')
    doing.then(setSaid, (error: unknown) => setProblem(problemOf(error)))
  }
  return (
    <>
      <PageHead title={texts.simulator.title} />
      <p class="faint">{texts.simulator.about}</p>
      <output>{said}</output>
      <Problem problem={problem} />
      <div class="columns">
        <Payer act={act} />
        <Wire />
      </div>
      <Clock act={act} />
      <Faults act={act} />
    </>
  )
}
