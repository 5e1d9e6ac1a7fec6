/** An area of resources, which may have a host of its own in the cloud. */
export interface ResourceArea {
  id: string;
  name: string;
}

/**
 * Every area that a client is known to look up, whether or not the local workspace has resources of it. A client that finds no area here goes
 * to the real service with the local token (https://github.com/microsoft/azure-devops-python-api/blob/dev/azure-devops/azure/devops/connection.py).
 * Sources: the clients for Python, from version 4 on, and for JavaScript, and
 * https://learn.microsoft.com/azure/devops/extend/develop/work-with-urls
 */
const table = `
0d55247a-1c47-4462-9b1f-5e2125590ee6 Account
0f2ca920-f269-4545-b1f4-5b4173aa784e Alert
94ff054d-5ee1-413d-9341-3f4a7827de2e audit
5294ef93-12a1-4d13-8671-9d9d014072c8 blob
11635d5f-a4f9-43ea-a48b-d56be43fee0f boards
965220d5-5bb9-42cf-8d67-9b146df2a5a4 build
3fda18ba-dff2-42e6-8d10-c521b23b85fc clienttools
7ae6d0a6-cda5-44cf-a261-28c392bed25c clt
8477aec9-a4c7-4bd4-a456-ba4c53c989cb contributions
79134c72-4a58-4b42-976c-04e7115f32bf core
b5cc35c2-ff2b-491d-a085-24b6e9f396fd CustomerIntelligence
31c84e0a-3ece-48fd-a29d-100849af99ba dashboard
a0848fa1-3593-4aec-949c-694c73f4c4ce DelegatedAuth
6823169a-2419-4015-b2fd-6fd6f026ca00 Discussion
a85b8835-c1a1-4aac-ae97-1c3d0ba72dbd distributedtask
7bf94c77-0ce1-44e5-a0f3-263e4ebbf327 drop
6c2b0933-3600-42ae-bf8b-93d4f7e83594 ExtensionManagement
67349c8b-6425-42f2-97b6-0843cb037473 Favorite
cdeb6c7d-6b25-4d6f-b664-c2e3ede202e8 feed_token
69d21c00-f135-441b-b5ce-3626378e0819 gallery
4e080c62-fa21-4fbc-8fef-2a10a2b38049 git
bb1e7ec9-e901-4b68-999a-de7012b920f8 graph
4e40f190-2e3f-4d9f-8331-c7788e833080 Graph
8a3d49b8-91f0-46ef-b33d-dda338c25db3 identity
c73a23a1-59bb-458c-8ce3-02c83215e015 licensing
f101720c-9790-45a6-9fb3-494a09fddeeb Management
6f7f8c07-ff36-473c-bcf3-bd6cc9b6c066 maven
68ddce18-2501-45f1-a17b-7931a9922690 MemberEntitlementManagement
4c83cfc1-f33a-477e-a789-29d38ffca52e npm
b3be7473-68ea-4a81-bfc7-9530baaa19ad nuget
45fb9450-a28d-476d-9b0f-fb4aedddff73 package
7ab4e64e-c4d8-4f50-ae73-5ef2e21642a5 Packaging
a81a0441-de52-4000-aa15-ff0e07bfbbaa pipeline_permissions
2e0bf237-8973-4ec9-a581-9c3d679d1776 pipelines
4a933897-0488-45af-bd82-6fd3ad33f46a pipelines_checks
fb13a388-40dd-4a04-b530-013a739c72ef policy
8ccfef3d-2b87-4e99-8ccb-66e343d2daa8 profile
7658fa33-b1bf-4580-990f-fac5896773d3 projectanalysis
b40c1171-807a-493a-8f3f-5c26d5e2f5aa provenance
92f0314b-06c5-46e0-abe7-15fd9d13276a pypi
efc2f575-36ef-48e9-b672-0c6fb4a48ac5 release
57731fdf-7d72-4678-83de-f8b31266e429 reporting
240a9b11-3dc7-4aa0-b3fe-2b7dc8a4e7ea ResourceUsage
2e504d18-2c0c-46f8-af8f-322d2af0068a sbom
ea48a0a1-269c-42d8-b8ad-ddc8fcdcf578 search
1814ab31-2f4f-4a9f-8761-f4d77dc5a5d7 serviceendpoint
af607f94-69ba-4821-8159-f04e37b66350 symbol
c2aa639c-3ccc-4740-b3b6-ce2a1e1d984e Test
e4c27205-9d23-4c98-b958-d798bc3f9cd4 testplan
c83eaf52-edf3-4034-ae11-17d38f25404c testresults
8aa40520-446d-40e6-89f6-9c9f9ce44c48 tfvc
af68438b-ed04-4407-9eb6-f1dbae3f922e token_admin
95935461-9e54-44bd-b9fb-04f4dd05d640 token_administration
d397749b-f115-4027-b6dd-77a65dd10d21 upack
970aa69f-e316-4d78-b7b0-b7137e47a22c User
bf7d82a0-8aa5-4613-94ef-6172a5ea01f3 wiki
5264459e-e5e0-4bd8-b118-0985e68a4ec5 wit
1d4f49f9-02b9-4e26-b826-2cdb6195f2a9 work
`;

export const resourceAreas: readonly ResourceArea[] = table
  .split("\n")
  .filter(Boolean)
  .map((line) => {
    const [id = "", name = ""] = line.split(" ");
    return { id, name };
  });
