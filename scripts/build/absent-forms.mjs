// Replaces in a bundle what node-fetch loads for forms and blobs, which no task sends: see standIns in task.mjs.
class Absent {
  constructor() {
    throw new Error(
      `Could not create a ${new.target.name}: its module is not in this bundle; remove it from standIns in scripts/build/task.mjs.`,
    );
  }
}
export class Blob extends Absent {}
export class File extends Absent {}
export class FormData extends Absent {}
const refuse = () => new Blob();

export {
  refuse as blobFrom,
  refuse as blobFromSync,
  refuse as fileFrom,
  refuse as fileFromSync,
  refuse as formDataToBlob,
};
export default Blob;
