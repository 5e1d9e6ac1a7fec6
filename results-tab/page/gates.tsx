import type { GateView } from "../../shared/results/report/gate-view.ts";
import { OutcomeIcon } from "./outcome-icon.tsx";
import { Time } from "./time.tsx";

/** What gates decided about the version, for the person who signs it off. */
export function Gates({ gates }: { gates: readonly GateView[] }) {
  return gates.map((gate) => <Gate key={`${gate.decidedOn.getTime()} ${gate.title}`} gate={gate} />);
}

function Gate({ gate: { hasPassed, title, decidedOn, digest, rules, approvals } }: { gate: GateView }) {
  return (
    <section className="gate">
      <h2>
        <OutcomeIcon outcome={hasPassed ? "passed" : "failed"} /> Gate: {title}
      </h2>
      <p>
        Decided <Time value={decidedOn} /> on <code>{digest}</code>
      </p>
      <table>
        <tbody>
          {rules.map(({ name, holds, text }) => (
            <tr key={name}>
              <td>
                <OutcomeIcon outcome={holds ? "passed" : "failed"} />
              </td>
              <th scope="row">{name}</th>
              <td>{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {approvals.map(({ by, on, comment }) => (
        <p key={`${by} ${on?.getTime()}`}>
          Approved by {by}
          {on && (
            <>
              , <Time value={on} />
            </>
          )}
          {comment && `: ${comment}`}
        </p>
      ))}
    </section>
  );
}
