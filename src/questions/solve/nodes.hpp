// Chains and trees of viva_item, as the starters describe them.
struct ListNode {
    viva_item val;
    ListNode* next;
    ListNode(viva_item val = viva_item(), ListNode* next = nullptr) : val(val), next(next) {}
};
struct TreeNode {
    viva_item val;
    TreeNode *left, *right;
    TreeNode(viva_item val = viva_item(), TreeNode* left = nullptr, TreeNode* right = nullptr) : val(val), left(left), right(right) {}
};
namespace viva {
template <> struct In<ListNode*> {
    static ListNode* get() {
        ListNode head;
        ListNode* last = &head;
        for (long long count = whole(); count > 0; count--) last = last->next = new ListNode(In<viva_item>::get());
        return head.next;
    }
};
template <> struct In<TreeNode*> {
    static TreeNode* get() {
        auto nodes = In<std::vector<std::optional<viva_item>>>::get();
        if (nodes.empty()) return nullptr;
        TreeNode* root = new TreeNode(*nodes[0]);
        std::deque<TreeNode*> waiting{root};
        for (std::size_t next = 1; next < nodes.size();) {
            TreeNode* node = waiting.front();
            waiting.pop_front();
            for (TreeNode** side : {&node->left, &node->right}) {
                if (next < nodes.size() && nodes[next]) waiting.push_back(*side = new TreeNode(*nodes[next]));
                next++;
            }
        }
        return root;
    }
};
inline void put(ListNode* node) {
    std::vector<viva_item> values;
    for (; node; node = node->next) values.push_back(node->val);
    put(values);
}
inline void put(TreeNode* root) {
    std::vector<std::optional<viva_item>> values;
    std::deque<TreeNode*> waiting{root};
    while (!waiting.empty()) {
        TreeNode* node = waiting.front();
        waiting.pop_front();
        if (node) {
            values.push_back(node->val);
            waiting.push_back(node->left);
            waiting.push_back(node->right);
        } else {
            values.push_back(std::nullopt);
        }
    }
    while (!values.empty() && !values.back()) values.pop_back();
    put(values);
}
}  // namespace viva
